//! candle-core. It records a graph for what is made from a `Var`, and none for the rest.

use super::variables::Variables;
use candle_core::backprop::GradStore;
use candle_core::{Device, Tensor, Var};

/// Tensors of f64 on the CPU.
pub struct Candle;

const FITS: &str = "the operation fits the tensor";

impl Variables for Candle {
    type Var = Tensor;
    type Grads = GradStore;

    fn scalar(&self, x: f64) -> Tensor {
        Var::new(x, &Device::Cpu).expect(FITS).into_inner()
    }

    fn array(&self, x: &[f64]) -> Tensor {
        Var::new(x, &Device::Cpu).expect(FITS).into_inner()
    }

    fn constant(&self, x: f64) -> Tensor {
        Tensor::new(x, &Device::Cpu).expect(FITS)
    }

    fn add(&self, a: &Tensor, b: &Tensor) -> Tensor {
        a.add(b).expect(FITS)
    }

    fn square(&self, x: &Tensor) -> Tensor {
        x.sqr().expect(FITS)
    }

    fn backward(&self, y: &Tensor) -> GradStore {
        y.backward().expect(FITS)
    }

    fn data(&self, y: &Tensor) -> Vec<f64> {
        y.flatten_all().and_then(|y| y.to_vec1()).expect(FITS)
    }

    fn grad(&self, x: &Tensor, grads: &GradStore) -> Vec<f64> {
        grads.get(x).map_or_else(Vec::new, |gx| self.data(gx))
    }
}
