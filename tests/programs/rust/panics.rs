// A panic of the main thread ends the program with status 101.
fn main() {
    println!("before");
    let v: Option<u32> = std::env::args().nth(100).map(|_| 1);
    println!("{}", v.expect("nothing there"));
}
