"""What is decided about versions, and what decisions rest on: rows asked again, plans, criteria, the shadow."""
