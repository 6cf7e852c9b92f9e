"""Names of columns become labels that people read."""

import pytest

from webapp.training.columns.labels import label_of, labels_of


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("MonthlyCharges", "Monthly charges"),
        ("customer_id", "Customer id"),
        ("customerID", "Customer ID"),
        ("StreamingTV", "Streaming TV"),
        ("x", "X"),
        ("GDP", "GDP"),
        ("gdpPerHead", "Gdp per head"),
        ("pickup_zone", "Pickup zone"),
        ("tenure", "Tenure"),
        ("pH", "pH"),
        ("IBMStock", "IBM stock"),
        ("CUSTOMER_AGE", "Customer age"),
        ("PRICE_USD", "Price usd"),
        ("CUSTOMER_ID", "Customer ID"),
        ("Q1Sales", "Q1 sales"),
        ("mean radius", "Mean radius"),
        ("Monthly Charges", "Monthly Charges"),
        ("Age (years)", "Age (years)"),
        ("od280/od315_of_wines", "Od280/od315 of wines"),
        ("annual-income", "Annual income"),
        ("address.city", "Address city"),
        ("_id", "Id"),
        ("Größe", "Größe"),
        ("größeInMetern", "Größe in metern"),
        ("名前", "名前"),
        ("___", "___"),
        ("", "Unnamed column"),
    ],
)
def test_a_label_is_how_people_would_write_the_name(name, label):
    assert label_of(name) == label


def test_names_that_would_look_the_same_stay_as_they_are():
    assert labels_of(["x", "X", "tenure"]) == {"x": "x", "X": "X", "tenure": "Tenure"}
