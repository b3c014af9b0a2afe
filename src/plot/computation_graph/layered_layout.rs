//! A layered layout for directed graphs without cycles: left to right, with few crossings.
//!
//! Columns by the longest way to the end, a resting place in every column that an edge passes, orders by barycenters,
//! heights by least squares. The steps are those of Sugiyama, Tagawa and Toda (1981), *Methods for visual understanding
//! of hierarchical system structures*.

use std::collections::BTreeMap;

/// Sweeps over the columns for their orders; a lecture's graph is settled after a few.
const SWEEPS: usize = 24;
/// Sweeps for the heights: as many as make a long chain straight.
const HEIGHT_SWEEPS: usize = 300;

/// Where the nodes stand and how the edges run.
pub(crate) struct LayeredLayout {
    /// Column and height of each node. Heights in one column differ by at least 1.
    pub(crate) places: Vec<(usize, f64)>,
    /// For each edge the places that it runs through, its ends among them, one in every column.
    pub(crate) routes: Vec<Vec<(usize, f64)>>,
    /// How many columns there are.
    pub(crate) columns: usize,
}

impl LayeredLayout {
    /// Lays out `nodes` nodes, numbered so that every edge `(from, to)` has `from < to`.
    pub(crate) fn of(nodes: usize, edges: &[(usize, usize)]) -> Self {
        let column = columns(nodes, edges);
        let count = column.iter().map(|column| column + 1).max().unwrap_or(0);

        // An edge over several columns rests in each between; all edges of a node share these rests, as one wire.
        let mut at = column.clone();
        let mut rests: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        let mut links: Vec<(usize, usize)> = Vec::new();
        let mut ways: Vec<Vec<usize>> = Vec::new();
        for (from, to) in edges {
            let mut way = vec![*from];
            for between in column[*from] + 1..column[*to] {
                let rest = *rests.entry((*from, between)).or_insert_with(|| {
                    at.push(between);
                    at.len() - 1
                });
                way.push(rest);
            }
            way.push(*to);
            links.extend(way.windows(2).map(|pair| (pair[0], pair[1])));
            ways.push(way);
        }
        links.sort();
        links.dedup();

        let mut layers = vec![Vec::new(); count];
        for (vertex, column) in at.iter().enumerate() {
            layers[*column].push(vertex);
        }
        let neighbors = Neighbors::of(at.len(), &links);
        let layers = untangle(layers, &neighbors);
        let heights = heights(&layers, &neighbors);
        let place = |vertex: usize| (at[vertex], heights[vertex]);
        LayeredLayout {
            places: (0..nodes).map(place).collect(),
            routes: ways.iter().map(|way| way.iter().map(|vertex| place(*vertex)).collect()).collect(),
            columns: count,
        }
    }

    /// The least and the greatest height.
    pub(crate) fn span(&self) -> (f64, f64) {
        let heights = self.routes.iter().flatten().chain(&self.places).map(|(_, height)| *height);
        heights.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), height| (low.min(height), high.max(height)))
    }
}

/// Each node as far right as those that use it allow, so that an input stands next to its first use.
fn columns(nodes: usize, edges: &[(usize, usize)]) -> Vec<usize> {
    // How far each is from the end, by the longest way.
    let mut distance = vec![0_usize; nodes];
    let mut backward: Vec<(usize, usize)> = edges.to_vec();
    backward.sort_by(|a, b| b.cmp(a));
    for (from, to) in backward {
        distance[from] = distance[from].max(distance[to] + 1);
    }
    let depth = distance.iter().copied().max().unwrap_or(0);
    distance.into_iter().map(|distance| depth - distance).collect()
}

/// For each vertex those in the column before it, and those in the column after it.
struct Neighbors {
    before: Vec<Vec<usize>>,
    after: Vec<Vec<usize>>,
}

impl Neighbors {
    fn of(vertices: usize, links: &[(usize, usize)]) -> Self {
        let mut neighbors = Neighbors { before: vec![Vec::new(); vertices], after: vec![Vec::new(); vertices] };
        for (from, to) in links {
            neighbors.after[*from].push(*to);
            neighbors.before[*to].push(*from);
        }
        neighbors
    }
}

/// Reorders each column by the mean place of its neighbors, forward and backward in turn; the best order stays.
fn untangle(mut layers: Vec<Vec<usize>>, neighbors: &Neighbors) -> Vec<Vec<usize>> {
    let mut best = (crossings(&layers, neighbors), layers.clone());
    for sweep in 0..SWEEPS {
        let forward = sweep % 2 == 0;
        let columns: Vec<usize> = if forward { (0..layers.len()).collect() } else { (0..layers.len()).rev().collect() };
        for column in columns {
            let place = places(&layers, neighbors.before.len());
            let around = if forward { &neighbors.before } else { &neighbors.after };
            let center = |vertex: &usize| mean(&around[*vertex], &place).unwrap_or(place[*vertex]);
            layers[column].sort_by(|a, b| center(a).total_cmp(&center(b)));
        }
        let count = crossings(&layers, neighbors);
        if count < best.0 {
            best = (count, layers.clone());
        }
    }
    best.1
}

/// Each vertex' place in its column.
fn places(layers: &[Vec<usize>], vertices: usize) -> Vec<f64> {
    let mut place = vec![0.0; vertices];
    for (at, vertex) in layers.iter().flat_map(|layer| layer.iter().enumerate()) {
        place[*vertex] = at as f64;
    }
    place
}

fn mean(vertices: &[usize], of: &[f64]) -> Option<f64> {
    let sum: f64 = vertices.iter().map(|vertex| of[*vertex]).sum();
    (!vertices.is_empty()).then(|| sum / vertices.len() as f64)
}

/// How many pairs of links cross.
fn crossings(layers: &[Vec<usize>], neighbors: &Neighbors) -> usize {
    let place = places(layers, neighbors.before.len());
    let mut count = 0;
    for layer in layers {
        for (at, upper) in layer.iter().enumerate() {
            for lower in &layer[at + 1..] {
                for target in &neighbors.after[*upper] {
                    count += neighbors.after[*lower].iter().filter(|other| place[**other] < place[*target]).count();
                }
            }
        }
    }
    count
}

/// Heights that keep each column's order with gaps of at least 1, each near the mean of its neighbors.
fn heights(layers: &[Vec<usize>], neighbors: &Neighbors) -> Vec<f64> {
    let mut height = places(layers, neighbors.before.len());
    for sweep in 0..HEIGHT_SWEEPS {
        let columns: Vec<usize> =
            if sweep % 2 == 0 { (0..layers.len()).collect() } else { (0..layers.len()).rev().collect() };
        for column in columns {
            let wish = |vertex: &usize| {
                let around = [&neighbors.before[*vertex], &neighbors.after[*vertex]];
                let means: Vec<f64> = around.into_iter().filter_map(|side| mean(side, &height)).collect();
                means.iter().sum::<f64>() / means.len().max(1) as f64
            };
            let wishes: Vec<f64> = layers[column].iter().map(wish).collect();
            for (vertex, new) in layers[column].iter().zip(apart(&wishes)) {
                height[*vertex] = new;
            }
        }
    }
    height
}

/// The places nearest to the wishes, in the sense of least squares, that follow each other at distances of at least 1
/// (pool adjacent violators).
fn apart(wishes: &[f64]) -> Vec<f64> {
    // Of each block its mean and its length, in coordinates in which "at least 1 apart" reads "not falling".
    let mut blocks: Vec<(f64, usize)> = Vec::new();
    for (at, wish) in wishes.iter().enumerate() {
        blocks.push((wish - at as f64, 1));
        while let [.., (before, many), (last, few)] = blocks[..] {
            if before <= last {
                break;
            }
            blocks.truncate(blocks.len() - 2);
            blocks.push(((before * many as f64 + last * few as f64) / (many + few) as f64, many + few));
        }
    }
    let level = blocks.iter().flat_map(|(mean, length)| std::iter::repeat_n(*mean, *length));
    level.enumerate().map(|(at, level)| level + at as f64).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_edge_runs_forward_through_every_column() {
        let edges = [(0, 2), (1, 2), (2, 3), (0, 3), (3, 5), (4, 5), (1, 5)];
        let layout = LayeredLayout::of(6, &edges);
        assert_eq!(layout.columns, 4);
        assert_eq!(layout.places[4].0, 2, "an input stands next to its use");
        for ((from, to), route) in edges.iter().zip(&layout.routes) {
            assert_eq!((route.first(), route.last()), (Some(&layout.places[*from]), Some(&layout.places[*to])));
            assert!(route.windows(2).all(|pair| pair[1].0 == pair[0].0 + 1));
        }
    }

    #[test]
    fn nothing_in_a_column_is_closer_than_one() {
        let edges: Vec<(usize, usize)> = (0..40).flat_map(|at| [(at, at + 5), (at, (at * 7) % 11 + at + 2)]).collect();
        let layout = LayeredLayout::of(60, &edges);
        let mut seen: Vec<(usize, f64)> = layout.routes.concat();
        seen.extend(&layout.places);
        for (column, height) in &seen {
            let near = seen.iter().filter(|other| other.0 == *column && other.1 != *height);
            assert!(near.map(|other| (other.1 - height).abs()).fold(f64::INFINITY, f64::min) > 1.0 - 1e-9);
        }
    }

    #[test]
    fn crossings_that_need_not_be_are_gone() {
        // Two chains whose nodes come in turned order, and a complete pair of columns, where one crossing must be.
        let neighbors = Neighbors::of(4, &[(0, 3), (1, 2)]);
        assert_eq!(crossings(&untangle(vec![vec![0, 1], vec![2, 3]], &neighbors), &neighbors), 0);
        let neighbors = Neighbors::of(4, &[(0, 2), (0, 3), (1, 2), (1, 3)]);
        assert_eq!(crossings(&untangle(vec![vec![0, 1], vec![2, 3]], &neighbors), &neighbors), 1);
    }

    #[test]
    fn a_chain_is_straight() {
        let chain: Vec<(usize, usize)> = [(0, 2), (1, 2)].into_iter().chain((2..9).map(|at| (at, at + 1))).collect();
        let layout = LayeredLayout::of(10, &chain);
        let bends = layout.places.windows(2).skip(2).map(|pair| (pair[1].1 - pair[0].1).abs());
        assert!(bends.fold(0.0, f64::max) < 0.005);
    }

    #[test]
    fn places_move_apart_around_their_mean() {
        assert_eq!(apart(&[0.0, 0.0, 0.0]), [-1.0, 0.0, 1.0]);
        assert_eq!(apart(&[0.0, 5.0]), [0.0, 5.0]);
        assert!(apart(&[]).is_empty());
    }
}
