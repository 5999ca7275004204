//! Getting a GPU, and noticing that it is gone.

use burn::tensor::Device;
use burn::tensor::wgpu::WgpuSetup;

/// A GPU that burn works on. A process can open one only once.
pub struct Gpu {
    pub device: Device,
    setup: WgpuSetup,
}

impl Gpu {
    /// Open the adapter that the browser prefers. `on_lost` hears when the device is gone; it may hear it more than once.
    ///
    /// The caller must have made sure that an adapter with timestamp queries exists, because burn panics without.
    pub async fn open(on_lost: fn(String)) -> Result<Self, String> {
        let options = Device::wgpu_options().tasks_max(64);
        let (device, setup) = options.init_with_setup_async().await.map_err(|e| e.to_string())?;
        // Beside burn's own watch, which turns the next read into an error: an idle device reads nothing.
        setup.device.set_device_lost_callback(move |reason, message| {
            on_lost(if message.is_empty() { format!("{reason:?}") } else { message });
        });
        Ok(Self { device, setup })
    }

    /// Destroy the device under burn's feet, as a driver's reset would.
    pub fn destroy(&self) {
        self.setup.device.destroy();
    }
}
