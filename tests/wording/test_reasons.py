"""How much one answer moved the result, in one cell."""

from webapp.schema import Target
from webapp.wording.reasons import reason_text

RENT = Target("rent", "number", "Rent", unit="€", decimals=2)


def test_an_amount_has_the_decimal_sign_of_its_target():
    with_commas = Target("rent", "number", "Rent", unit="€", decimals=2, decimal=",")

    assert reason_text("Area", "80 m²", 1234.56, RENT) == "Area: 80 m² (+1,234.6 €)"
    assert reason_text("Area", "80 m²", 1234.56, with_commas) == "Area: 80 m² (+1.234,6 €)"
    assert reason_text("Area", "80 m²", -0.123, with_commas) == "Area: 80 m² (−0,12 €)"
