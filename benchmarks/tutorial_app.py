"""The app that most tutorials arrive at: the yardstick of every ratio in this folder. Not a part of the product."""

from typing import Any

import pandas as pd
from flask import Flask, render_template
from flask_wtf import FlaskForm
from jinja2 import DictLoader
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from wtforms import FloatField, SelectField, SubmitField
from wtforms.validators import InputRequired

from benchmarks.churn_like import CATEGORIES, NUMBERS, TARGET, rows

FORM = """<!doctype html>
<html lang="en"><head><title>Prediction</title></head><body>
<h1>Will this customer leave?</h1>
<form method="post">
{{ form.hidden_tag() }}
{% for field in form if field.widget.input_type != "hidden" %}
<p>{{ field.label }} {{ field() }}{% for error in field.errors %} <em>{{ error }}</em>{% endfor %}</p>
{% endfor %}
</form></body></html>
"""
RESULT = """<!doctype html>
<html lang="en"><head><title>Prediction</title></head><body>
<h1>Will this customer leave?</h1>
<p>{{ answer }}, with a probability of {{ "%.1f"|format(100 * probability) }}%</p>
<a href="{{ url_for('index') }}">Again</a>
</body></html>
"""


def trained_pipeline() -> Pipeline:
    table = pd.DataFrame(rows())
    table[list(NUMBERS)] = table[list(NUMBERS)].astype(float)
    columns = ColumnTransformer(
        [
            ("numbers", StandardScaler(), list(NUMBERS)),
            ("categories", OneHotEncoder(handle_unknown="ignore"), list(CATEGORIES)),
        ]
    )
    pipeline = Pipeline([("columns", columns), ("model", LogisticRegression(max_iter=1000))])
    return pipeline.fit(table[[*NUMBERS, *CATEGORIES]], table[TARGET])


def form_class() -> type[FlaskForm]:
    fields: dict[str, Any] = {name: FloatField(name, validators=[InputRequired()]) for name in NUMBERS}
    for name, (levels, _, _) in CATEGORIES.items():
        fields[name] = SelectField(name, choices=[(level, level) for level in levels])
    return type("CustomerForm", (FlaskForm,), {**fields, "submit": SubmitField("Predict")})


def create_tutorial_app() -> Flask:
    app = Flask("tutorial")
    app.config["SECRET_KEY"] = "only for measuring"
    app.jinja_loader = DictLoader({"form.html": FORM, "result.html": RESULT})  # compiled once, as from files
    pipeline = trained_pipeline()
    CustomerForm = form_class()

    @app.route("/", methods=["GET", "POST"])
    def index():
        form = CustomerForm()
        if not form.validate_on_submit():
            return render_template("form.html", form=form)
        answers = {name: form[name].data for name in (*NUMBERS, *CATEGORIES)}
        probability = pipeline.predict_proba(pd.DataFrame([answers]))[0, 1]
        return render_template("result.html", answer="yes" if probability > 0.5 else "no", probability=probability)

    return app
