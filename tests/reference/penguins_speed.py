"""Seconds that scikit-learn takes to cross-validate a logistic regression and a network, and to fit each on all rows.

The argument is JSON: file, target, folds, hidden, epochs, patience, batch, rate.
"""

import json
import sys
import time
import warnings

import pandas as pd
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.dummy import DummyClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_validate
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

warnings.simplefilter("ignore")
settings = json.loads(sys.argv[1])
table = pd.read_csv(settings["file"])
target = settings["target"]
table = table.dropna(subset=[target])
rows, classes = table.drop(columns=target), table[target]


def prepared(model):
    numbers = make_pipeline(SimpleImputer(strategy="median", add_indicator=True), StandardScaler())
    texts = make_pipeline(SimpleImputer(strategy="constant", fill_value="missing"), OneHotEncoder(handle_unknown="ignore"))
    columns = make_column_transformer(
        (numbers, make_column_selector(dtype_include="number")),
        (texts, make_column_selector(dtype_exclude="number")),
    )
    return make_pipeline(columns, model)


network = MLPClassifier(
    hidden_layer_sizes=settings["hidden"],
    batch_size=settings["batch"],
    learning_rate_init=settings["rate"],
    max_iter=settings["epochs"],
    early_stopping=settings["patience"] is not None,
    n_iter_no_change=settings["patience"] or settings["epochs"],
    validation_fraction=0.15,
    random_state=1,
)
begun = time.perf_counter()
for model in [DummyClassifier(), LogisticRegression(max_iter=1000), network]:
    folds = StratifiedKFold(settings["folds"], shuffle=True, random_state=1)
    cross_validate(prepared(model), rows, classes, cv=folds, scoring=["accuracy", "neg_log_loss"])
    prepared(model).fit(rows, classes)
print(time.perf_counter() - begun)
