//! Outlines of the places where a grid's values reach a level: marching squares.
//!
//! Maple (2003), *Geometric design and space planning using the marching squares and marching cube algorithms*.

use ndarray::Array2;

/// A place on the grid: (column, row), in steps of the grid.
pub(crate) type Place = (f64, f64);

/// The closed outlines of {value ≥ level}, between the grid's points by linear interpolation, along its rim where the
/// region is cut off there. Holes run the other way round than what they are holes in, so that a fill leaves them out.
pub(crate) fn outlines(values: &Array2<f64>, level: f64) -> Vec<Vec<Place>> {
    let (rows, columns) = values.dim();
    // One more point on each side lies outside the region: every outline is closed.
    let width = columns + 2;
    let at = |row: usize, column: usize| match (row.checked_sub(1), column.checked_sub(1)) {
        (Some(row), Some(column)) => values.get([row, column]).copied().unwrap_or(f64::NEG_INFINITY),
        _ => f64::NEG_INFINITY,
    };
    // Each crossed edge leads to the next one of its outline; an edge is the corner it starts at, and its direction.
    let mut next: Vec<Option<usize>> = vec![None; (rows + 2) * width * 2];
    for row in 0..=rows {
        for column in 0..=columns {
            let corners = [(row, column), (row, column + 1), (row + 1, column + 1), (row + 1, column)];
            let inside = corners.map(|(row, column)| at(row, column) >= level);
            let across = |row: usize, column: usize| (row * width + column) * 2;
            let edges =
                [across(row, column), across(row, column + 1) + 1, across(row + 1, column), across(row, column) + 1];
            let leaves = |edge: usize| inside[edge] && !inside[(edge + 1) % 4];
            let enters = |edge: usize| !inside[edge] && inside[(edge + 1) % 4];
            let middle = corners.iter().map(|(row, column)| at(*row, *column)).sum::<f64>() / 4.0;
            for edge in (0..4).filter(|edge| leaves(*edge)) {
                // Only where opposite corners are inside is there a choice: the middle says whether they are joined.
                let order = if middle >= level { [1, 3, 2] } else { [3, 1, 2] };
                let end = order.iter().map(|step| (edge + step) % 4).find(|other| enters(*other));
                next[edges[edge]] = end.map(|other| edges[other]);
            }
        }
    }
    let place = |edge: usize| {
        let (row, column) = (edge / 2 / width, edge / 2 % width);
        let (end_row, end_column) = if edge.is_multiple_of(2) { (row, column + 1) } else { (row + 1, column) };
        let (from, to) = (at(row, column), at(end_row, end_column));
        let share = match (from.is_finite(), to.is_finite()) {
            (true, true) => (level - from) / (to - from),
            (inside, _) => f64::from(!inside),
        };
        // Without the points around the grid.
        let between = |from: usize, to: usize| from as f64 + share * (to as f64 - from as f64) - 1.0;
        (between(column, end_column), between(row, end_row))
    };
    let mut found = Vec::new();
    for start in 0..next.len() {
        let mut outline = Vec::new();
        let mut edge = start;
        while let Some(following) = next[edge].take() {
            outline.push(place(edge));
            edge = following;
        }
        if let Some(first) = outline.first().copied() {
            outline.push(first);
            found.push(outline);
        }
    }
    found
}

/// The pieces of an outline that do not run along the grid's rim: where the region ends, not the picture.
pub(crate) fn inner_pieces(outline: &[Place], (rows, columns): (usize, usize)) -> Vec<Vec<Place>> {
    let (right, bottom) = (columns as f64 - 1.0, rows as f64 - 1.0);
    let along = |(x0, y0): Place, (x1, y1): Place| {
        (x0 == x1 && (x0 == 0.0 || x0 == right)) || (y0 == y1 && (y0 == 0.0 || y0 == bottom))
    };
    let mut pieces: Vec<Vec<Place>> = Vec::new();
    let mut open = false;
    for pair in outline.windows(2) {
        if along(pair[0], pair[1]) {
            open = false;
            continue;
        }
        match pieces.last_mut() {
            Some(piece) if open => piece.push(pair[1]),
            _ => pieces.push(pair.to_vec()),
        }
        open = true;
    }
    pieces
}

/// The same line with as few of its points as keep it within `tolerance` (Ramer, Douglas and Peucker).
pub(crate) fn simplified(line: &[Place], tolerance: f64) -> Vec<Place> {
    let mut keep = vec![false; line.len()];
    let Some(last) = line.len().checked_sub(1) else { return Vec::new() };
    (keep[0], keep[last]) = (true, true);
    let mut stretches = vec![(0, last)];
    while let Some((from, to)) = stretches.pop() {
        let distance = |at: usize| (at, distance(line[at], line[from], line[to]));
        let farthest = (from + 1..to).map(distance).max_by(|a, b| a.1.total_cmp(&b.1));
        if let Some((at, _)) = farthest.filter(|(_, distance)| *distance > tolerance) {
            keep[at] = true;
            stretches.extend([(from, at), (at, to)]);
        }
    }
    line.iter().zip(keep).filter(|(_, keep)| *keep).map(|(place, _)| *place).collect()
}

/// From a place to the stretch between two others.
fn distance((x, y): Place, (x0, y0): Place, (x1, y1): Place) -> f64 {
    let (dx, dy) = (x1 - x0, y1 - y0);
    let length = dx * dx + dy * dy;
    let share = if length > 0.0 { (((x - x0) * dx + (y - y0) * dy) / length).clamp(0.0, 1.0) } else { 0.0 };
    (x - x0 - share * dx).hypot(y - y0 - share * dy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;
    use proptest::prelude::*;

    /// The signed area inside an outline, by the shoelace formula.
    fn area(outline: &[Place]) -> f64 {
        outline.windows(2).map(|pair| (pair[0].0 * pair[1].1 - pair[1].0 * pair[0].1) / 2.0).sum()
    }

    fn disc(side: usize) -> Array2<f64> {
        let middle = (side - 1) as f64 / 2.0;
        Array2::from_shape_fn((side, side), |(row, column)| -(row as f64 - middle).hypot(column as f64 - middle))
    }

    #[test]
    fn a_disc_has_its_area_and_radius() {
        let found = outlines(&disc(101), -30.0);
        assert_eq!(found.len(), 1);
        assert!((area(&found[0]).abs() / (std::f64::consts::PI * 900.0) - 1.0).abs() < 1e-3);
        assert!(found[0].iter().all(|(x, y)| ((x - 50.0).hypot(y - 50.0) - 30.0).abs() < 0.01));
        let short = simplified(&found[0], 0.05);
        assert!(short.len() < found[0].len() / 2 && short.first() == short.last());
        assert!((area(&short) / area(&found[0]) - 1.0).abs() < 5e-3);
    }

    #[test]
    fn a_hole_runs_the_other_way() {
        let ring = disc(101).mapv(|value| -(value + 30.0).abs());
        let areas: Vec<f64> = outlines(&ring, -10.0).iter().map(|outline| area(outline)).collect();
        assert_eq!(areas.len(), 2);
        assert!(areas[0] * areas[1] < 0.0);
        assert!((areas.iter().sum::<f64>().abs() / (std::f64::consts::PI * (1600.0 - 400.0)) - 1.0).abs() < 1e-3);
    }

    #[test]
    fn regions_end_at_the_rim_but_lines_do_not_follow_it() {
        let slope = Array2::from_shape_fn((11, 11), |(_, column)| column as f64);
        let found = outlines(&slope, 2.5);
        assert_eq!((found.len(), area(&found[0]).abs()), (1, 75.0));
        let pieces = inner_pieces(&found[0], (11, 11));
        assert!(pieces.iter().flatten().all(|(x, _)| *x == 2.5));
        let length: f64 =
            pieces.iter().flat_map(|piece| piece.windows(2)).map(|pair| (pair[1].1 - pair[0].1).abs()).sum();
        assert_eq!(length, 10.0);
    }

    #[test]
    fn a_saddle_is_joined_or_parted_by_its_middle() {
        let saddle = array![[1.0, -0.5], [-0.5, 1.0]];
        assert_eq!(outlines(&saddle, 0.0).len(), 1);
        assert_eq!(outlines(&-&saddle, 0.0).len(), 2);
        assert_eq!(outlines(&array![[0.0, 0.0]], 1.0), Vec::<Vec<Place>>::new());
    }

    proptest! {
        /// {v ≥ level} and {−v ≥ −level} share the picture between them, whatever the values.
        #[test]
        fn a_region_and_the_rest_cover_the_grid(values in prop::collection::vec(-1.0_f64..1.0, 48)) {
            let grid = Array2::from_shape_vec((6, 8), values).unwrap();
            let total = |grid: &Array2<f64>| outlines(grid, 0.0).iter().map(|outline| area(outline)).sum::<f64>().abs();
            prop_assert!((total(&grid) + total(&-&grid) - 35.0).abs() < 1e-9);
        }
    }
}
