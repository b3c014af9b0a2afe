//! How long a scatter of 10 000 points takes as a picture, once the browser is there.
//!
//! `cargo bench --bench figures`; the bar is 3 s for the SVG.

use std::time::Instant;

use gradus::plot::Figure;

fn main() -> gradus::Result<()> {
    let angle = |at: i32| f64::from(at) * 2.399_963;
    let (xs, ys): (Vec<f64>, Vec<f64>) =
        (0..10_000).map(|at| (f64::from(at).sqrt() * angle(at).cos(), f64::from(at).sqrt() * angle(at).sin())).unzip();
    let figure = Figure::new("10 000 points").points("points", &xs, &ys).x("x").y("y");
    let folder = std::env::temp_dir();
    for ending in ["svg", "svg", "svg", "pdf", "png"] {
        let path = folder.join(format!("gradus-bench-{}.{ending}", std::process::id()));
        let since = Instant::now();
        figure.save(&path)?;
        println!(
            "{ending:<4} {:>6.2} s  {:>9} bytes",
            since.elapsed().as_secs_f64(),
            path.metadata().map_or(0, |data| data.len())
        );
        let _ = std::fs::remove_file(&path);
    }
    Ok(())
}
