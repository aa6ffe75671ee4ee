//! burn with its ndarray backend. Its tensors have at least one dimension: a scalar is an array of
//! one number. Without autodiff the device records no graph.

use super::variables::Variables;
use burn::tensor::{DType, Device, Gradients, Tensor, TensorData};

/// Tensors of f64 on the ndarray backend.
pub struct Burn {
    plain: Device,
    autodiff: Device,
}

impl Burn {
    // The backend is deprecated, but it computes with what the steps compute with.
    #[allow(deprecated)]
    pub fn new() -> Self {
        Burn { plain: Device::ndarray(), autodiff: Device::ndarray().autodiff() }
    }
}

fn tensor(x: &[f64], device: &Device) -> Tensor<1> {
    Tensor::from_data(TensorData::from(x), (device, DType::F64))
}

impl Variables for Burn {
    type Var = Tensor<1>;
    type Grads = Gradients;

    fn scalar(&self, x: f64) -> Tensor<1> {
        self.array(&[x])
    }

    fn array(&self, x: &[f64]) -> Tensor<1> {
        tensor(x, &self.autodiff).require_grad()
    }

    fn constant(&self, x: f64) -> Tensor<1> {
        tensor(&[x], &self.plain)
    }

    fn add(&self, a: &Tensor<1>, b: &Tensor<1>) -> Tensor<1> {
        a.clone() + b.clone()
    }

    fn square(&self, x: &Tensor<1>) -> Tensor<1> {
        x.clone().square()
    }

    fn backward(&self, y: &Tensor<1>) -> Gradients {
        y.backward()
    }

    fn data(&self, y: &Tensor<1>) -> Vec<f64> {
        y.to_data().try_to_vec().expect("the tensor holds f64")
    }

    fn grad(&self, x: &Tensor<1>, grads: &Gradients) -> Vec<f64> {
        x.grad(grads).map_or_else(Vec::new, |gx| self.data(&gx))
    }
}
