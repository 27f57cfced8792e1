package swivel.api;

/** What a guest's console is. */
public enum ConsoleKind {
    /** The serial port, Linux' {@code ttyAMA0}. */
    SERIAL,
    /** A virtio console, Linux' {@code hvc0}. */
    VIRTIO
}
