//! Scales and scores of stroke medicine, each with its source.
