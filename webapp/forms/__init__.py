"""From a schema to a web form."""
