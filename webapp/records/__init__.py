"""What the database holds: predictions, outcomes and decisions."""
