//! Quantiles of what was measured.

/// The `q` quantile (0 to 1) of values in ascending order, by linear interpolation (type 7 of Hyndman and Fan 1996,
/// doi:10.1080/00031305.1996.10473566); none of nothing.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 ≤ at ≤ len − 1")]
#[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
pub(super) fn quantile(ascending: &[f64], q: f64) -> Option<f64> {
    let last = ascending.len().checked_sub(1)?;
    let at = q.clamp(0.0, 1.0) * last as f64;
    let below = at.floor() as usize;
    let (low, high) = (ascending.get(below)?, ascending.get((below + 1).min(last))?);
    Some(low + (high - low) * (at - at.floor()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_example_and_the_ends() {
        let values = [1.0, 2.0, 3.0, 4.0];
        assert_eq!(quantile(&values, 0.5), Some(2.5));
        assert!((quantile(&values, 0.9).unwrap() - 3.7).abs() < 1e-12);
        assert_eq!((quantile(&values, 0.0), quantile(&values, 1.0)), (Some(1.0), Some(4.0)));
        assert_eq!(quantile(&[7.0], 0.9), Some(7.0));
        assert_eq!(quantile(&[], 0.5), None);
    }
}
