//! Without a build script cargo would not look at the build dependencies, whose features are the point.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
}
