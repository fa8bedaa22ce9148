//! What the organisation says about its tables: names, columns, lookups, keys and choices.
