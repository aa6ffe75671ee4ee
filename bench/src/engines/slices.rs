//! Sums and squares for the floors: over slices, since ndarray's own operators first find out how
//! the shapes of dynamic dimensions fit together, which takes longer than a short sum.

use ndarray::ArrayD;

/// Changes each element of `a` by that of `b`, which has the same shape.
pub fn update(a: &mut ArrayD<f64>, b: &ArrayD<f64>, f: impl Fn(&mut f64, &f64)) {
    match (a.as_slice_mut(), b.as_slice()) {
        (Some(a), Some(b)) => a.iter_mut().zip(b).for_each(|(a, b)| f(a, b)),
        _ => a.zip_mut_with(b, f),
    }
}

/// `a + b`.
pub fn sum(a: &ArrayD<f64>, b: &ArrayD<f64>) -> ArrayD<f64> {
    assert_eq!(a.shape(), b.shape(), "a sum needs two arrays of one shape");
    let mut sum = a.clone();
    update(&mut sum, b, |sum, b| *sum += b);
    sum
}

/// The square of each element: for short arrays a copy costs less than `mapv`.
pub fn square(x: &ArrayD<f64>) -> ArrayD<f64> {
    if x.len() > 1000 {
        return x.mapv(|x| x * x);
    }
    let mut y = x.clone();
    match y.as_slice_mut() {
        Some(y) => y.iter_mut().for_each(|y| *y *= *y),
        None => y.mapv_inplace(|y| y * y),
    }
    y
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{arr2, aview1};

    #[test]
    fn arrays_that_are_no_slices_count_too() {
        let a = arr2(&[[1.0, 2.0], [3.0, 4.0]]);
        let columns = a.t().to_owned().into_dyn();
        let turned = a.clone().reversed_axes().into_dyn();
        assert!(turned.as_slice().is_none());
        assert_eq!(sum(&turned, &columns), 2.0 * &columns);
        assert_eq!(square(&turned), &columns * &columns);
    }

    #[test]
    fn long_and_short_arrays_are_squared() {
        for x in [vec![3.0; 2], vec![3.0; 2000]] {
            assert!(square(&aview1(&x).to_owned().into_dyn()).iter().all(|&y| y == 9.0));
        }
    }
}
