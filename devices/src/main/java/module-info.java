/** Whatever has an address on the bus: interrupt controller, timers, UART, clock, virtio. */
module swivel.devices {
    requires transitive swivel.memory;
    requires swivel.formats;

    exports swivel.devices;
    exports swivel.devices.net;
    exports swivel.devices.p9;
    exports swivel.devices.ports;
    exports swivel.devices.streams;
    exports swivel.devices.vsock;
}
