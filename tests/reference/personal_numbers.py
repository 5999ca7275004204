"""Writes tests/data/personal_numbers.json: numbers that name a person, and the same with a digit changed, each with what
python-stdnum says of it. Needs `pip install python-stdnum==2.2`; the result is committed."""

import json
import pathlib
import random

from stdnum import iban, luhn
from stdnum.br import cpf
from stdnum.ch import ssn as ahv
from stdnum.de import idnr
from stdnum.es import dni, nie
from stdnum.fr import nir
from stdnum.gb import nhs
from stdnum.in_ import aadhaar
from stdnum.it import codicefiscale
from stdnum.nl import bsn
from stdnum.pl import pesel
from stdnum.se import personnummer
from stdnum.us import ssn

random.seed(1)


def digits(n):
    return "".join(random.choice("0123456789") for _ in range(n))


def date():
    return f"{random.randint(40, 99):02}{random.randint(1, 12):02}{random.randint(1, 28):02}"


def letters(n):
    return "".join(random.choice("BCDFGLMNPRSTVZ") for _ in range(n))


def spanish(text):
    return nie.is_valid(text) if text[0] in "XYZ" else dni.is_valid(text)


def fiscal(text):
    return len(text) == 16 and codicefiscale.is_valid(text)


def german_iban():
    body = digits(18)
    return "DE" + iban.calc_check_digits("DE00" + body) + body


FORMS = {
    "iban": (german_iban, iban.is_valid),
    "luhn": (lambda: digits(16), luhn.is_valid),
    "US Social Security numbers": (lambda: digits(9), ssn.is_valid),
    "French NIR numbers": (lambda: random.choice("12") + date()[:4] + digits(10), nir.is_valid),
    "German tax numbers (IdNr)": (lambda: "".join(random.sample("0123456789", 9)) + digits(2), idnr.is_valid),
    "Spanish DNI or NIE numbers": (
        lambda: random.choice(["X", "Y", "Z", "4"]) + digits(7) + random.choice("TRWAGMYFPDXBNJZSQVHLCKE"),
        spanish,
    ),
    "Italian fiscal codes": (
        lambda: f"{letters(6)}{random.randint(40, 99)}{random.choice('ABCDEHLMPRST')}{random.randint(1, 28):02}H{digits(3)}"
        + random.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
        fiscal,
    ),
    "Dutch BSN numbers": (lambda: digits(9), bsn.is_valid),
    "Swiss AHV numbers": (lambda: "756" + digits(10), ahv.is_valid),
    "Polish PESEL numbers": (lambda: date() + digits(5), pesel.is_valid),
    "Brazilian CPF numbers": (lambda: digits(11), cpf.is_valid),
    "Indian Aadhaar numbers": (lambda: digits(12), aadhaar.is_valid),
    "British NHS numbers": (lambda: digits(10), nhs.is_valid),
    "Swedish personal numbers": (lambda: date() + digits(4), lambda t: personnummer.is_valid(t[:6] + "-" + t[6:])),
}

found = {}
for name, (make, is_valid) in FORMS.items():
    right, wrong = [], []
    while len(right) < 40:
        text = make()
        (right if is_valid(text) else wrong).append(text)
    # Numbers with one digit changed, which most schemes notice.
    for text in right[:40]:
        place = len(text) - 1 if text[-1].isdigit() else len(text) - 2
        changed = text[:place] + str((int(text[place]) + random.randint(1, 9)) % 10) + text[place + 1 :]
        (right if is_valid(changed) else wrong).append(changed)
    found[name] = {"right": right[:40], "wrong": wrong[:80]}

path = pathlib.Path(__file__).parent.parent / "data" / "personal_numbers.json"
path.write_text(json.dumps(found, indent=0) + "\n")
