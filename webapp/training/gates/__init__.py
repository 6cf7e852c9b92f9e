"""What a finished version has to answer before it may be used; one question a gate."""
