"""What one trained version consists of, who signed it, and the one door through which it is loaded."""
