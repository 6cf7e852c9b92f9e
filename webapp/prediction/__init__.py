"""From typed rows to predictions with their range, reasons and warnings."""
