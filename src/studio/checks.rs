//! What a report says to a person: the headline, the check rows, and whether a run is stale.
