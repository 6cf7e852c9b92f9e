"""442 diabetes patients and how far the disease had moved on a year later (Efron and others 2004)."""

from sklearn.datasets import load_diabetes

COLUMNS = {
    "age": "age",
    "sex": "sex",
    "bmi": "body_mass_index",
    "bp": "blood_pressure",
    "s1": "total_cholesterol",
    "s2": "ldl_cholesterol",
    "s3": "hdl_cholesterol",
    "s4": "cholesterol_ratio",
    "s5": "log_triglycerides",
    "s6": "blood_sugar",
}


def table() -> str:
    """The table as CSV text, in its original units."""
    bunch = load_diabetes(as_frame=True, scaled=False)
    frame = bunch.frame.rename(columns=COLUMNS | {"target": "progression"})
    whole = ["age", "sex", "progression", "total_cholesterol", "hdl_cholesterol", "blood_sugar"]
    frame[whole] = frame[whole].round().astype(int)
    frame["sex"] = frame["sex"].map({1: "Female", 2: "Male"})
    return frame.round(4).to_csv(index=False)
