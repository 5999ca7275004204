#[test]
fn builds() {
    let device = burn::tensor::Device::flex();
    let t = burn::tensor::Tensor::<2>::ones([2, 2], &device);
    assert_eq!(t.sum().into_scalar::<f32>(), 4.0);
}
