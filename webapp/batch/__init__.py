"""Files of cases: read, checked and answered part by part, with the same answers as the form gives."""
