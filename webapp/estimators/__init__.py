"""What learns and predicts: classes whose paths are a storage format, and the mathematics they call."""
