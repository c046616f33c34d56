"""How a value is shown, typed and chosen: cells, inputs, forms, filters in words, pickers."""
