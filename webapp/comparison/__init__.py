"""What differs between two versions: fields, answers, effects, quality, data and speed."""
