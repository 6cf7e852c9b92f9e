"""What the page Monitoring shows of a report: its charts, each with the table behind it, and its words."""
