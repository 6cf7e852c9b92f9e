"""Where tables come from: files, addresses, databases and bundled tables; each becomes columns of text."""
