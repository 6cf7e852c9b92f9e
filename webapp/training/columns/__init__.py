"""From the columns of a table to the schema: what each holds, which are set aside and what the target is."""
