"""Labels in the console: templates and their designer, printing an order, print jobs. What a label is stands in `labels` and `issuing`."""
