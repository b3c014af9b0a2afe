//! Fewer points for the same picture: no screen shows a hundred thousand steps, and no notebook should carry them.

/// A curve of at most about `most` points that looks the same: of each stretch its least and its greatest value stay, so
/// that no spike disappears; the first and last point always stay.
pub(crate) fn curve(xs: &[f64], ys: &[f64], most: usize) -> (Vec<f64>, Vec<f64>) {
    let length = xs.len().min(ys.len());
    let keep: Vec<usize> = if length <= most.max(4) {
        (0..length).collect()
    } else {
        let stretches = most / 2;
        let mut keep = vec![0];
        for stretch in 0..stretches {
            let range = stretch * length / stretches..(stretch + 1) * length / stretches;
            let least = range.clone().min_by(|a, b| ys[*a].total_cmp(&ys[*b]));
            let greatest = range.max_by(|a, b| ys[*a].total_cmp(&ys[*b]));
            let mut pair = [least, greatest];
            pair.sort();
            keep.extend(pair.into_iter().flatten());
        }
        keep.push(length - 1);
        keep.dedup();
        keep
    };
    (keep.iter().map(|at| xs[*at]).collect(), keep.iter().map(|at| ys[*at]).collect())
}

/// At most `most` of `total` rows, in order, drawn without a pattern and the same each time.
///
/// Every k-th row would show a pattern where the rows have one (classes in turn, months); this walk does not.
pub(crate) fn sample(total: usize, most: usize) -> Vec<usize> {
    if total <= most {
        return (0..total).collect();
    }
    // Each stretch of total / most rows gives one, chosen by a hash of the stretch's number (SplitMix64).
    (0..most)
        .map(|stretch| {
            let (from, to) = (stretch * total / most, (stretch + 1) * total / most);
            let mut hash = (stretch as u64).wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            from + ((hash ^ (hash >> 31)) % (to - from).max(1) as u64) as usize
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thinned_curve_keeps_its_ends_and_spikes() {
        let xs: Vec<f64> = (0..100_000).map(f64::from).collect();
        let mut ys = vec![1.0; 100_000];
        (ys[54_321], ys[99_999]) = (50.0, 2.0);
        let (short_xs, short_ys) = curve(&xs, &ys, 1000);
        assert!(short_xs.len() <= 1002 && short_xs.is_sorted());
        assert!(short_xs.contains(&54_321.0) && short_ys.contains(&50.0));
        assert_eq!((short_xs[0], short_xs.last(), short_ys.last()), (0.0, Some(&99_999.0), Some(&2.0)));
    }

    #[test]
    fn what_is_short_stays_whole() {
        assert_eq!(curve(&[1.0, 2.0], &[3.0, 4.0], 1000), (vec![1.0, 2.0], vec![3.0, 4.0]));
        assert_eq!(curve(&[], &[], 1000), (vec![], vec![]));
        assert_eq!(sample(4, 4), [0, 1, 2, 3]);
    }

    #[test]
    fn samples_are_rows_once_in_order_without_a_pattern() {
        let rows = sample(20_640, 500);
        assert_eq!(rows.len(), 500);
        assert!(rows.windows(2).all(|pair| pair[0] < pair[1]) && rows[499] < 20_640);
        let even = rows.iter().filter(|row| *row % 2 == 0).count();
        assert!((200..300).contains(&even), "{even}");
        assert_eq!(rows, sample(20_640, 500));
    }
}
