"""What a person says about a model, `specs/<model>.toml`: its keys, its values and what they default to."""
