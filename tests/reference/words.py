"""Words of texts by scikit-learn's TfidfVectorizer: JSON in, JSON out.

Asked with the texts of training and test rows (null: missing), the ranges of separators as code points, the lengths of
words, the fewest rows of a word and the most words. Answers with the vocabulary and, by norm, the features of the test rows.
"""

import json
import sys
import unicodedata

from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer


def fold(c):
    small = c.lower()
    return small if len(small) == 1 and small.upper() == c else c


def clean(text):
    return "".join(map(fold, unicodedata.normalize("NFC", text)))


asked = json.load(sys.stdin)
train, test = ([text or "" for text in asked[part]] for part in ("train", "test"))
separators = "".join(f"\\U{low:08x}-\\U{high:08x}" for low, high in asked["separators"])
low, high = asked["length"]
pattern = f"(?<![^{separators}])[^{separators}]{{{low},{high}}}(?![^{separators}])"
common = {"preprocessor": clean, "lowercase": False, "token_pattern": pattern, "binary": True}

counter = CountVectorizer(**common)
rows = counter.fit_transform(train).sum(axis=0)
rows = dict(zip(counter.get_feature_names_out(), rows.tolist()[0]))
enough = sorted((-n, word) for word, n in rows.items() if n >= asked["fewest"])[: asked["most"]]
vocabulary = sorted(word for _, word in enough)

answer = {"vocabulary": vocabulary}
for name, norm in (("unit", "l2"), ("plain", None)):
    vectorizer = TfidfVectorizer(**common, vocabulary=vocabulary, norm=norm, smooth_idf=True)
    answer[name] = vectorizer.fit(train).transform(test).toarray().ravel().tolist()
json.dump(answer, sys.stdout)
