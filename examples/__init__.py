"""Sample tables: code that makes or fetches them, so that the product has something to show on its first start."""
