package swivel.devices;

/** The driver has broken a rule of VIRTIO: the device needs a reset before it goes on. */
final class VirtioError extends Exception {
    private static final long serialVersionUID = 1;

    VirtioError(String message) {
        super(message);
    }
}
