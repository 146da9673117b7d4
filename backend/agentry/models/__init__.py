"""Language models of outside providers. Only this package speaks to them."""
