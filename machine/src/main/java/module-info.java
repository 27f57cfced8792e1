/** Boards: memory maps, wiring, device trees, image loading, boot protocol, PSCI. */
module swivel.machine {
    requires transitive swivel.vmm;
    requires transitive swivel.devices;
    requires transitive swivel.formats;
    requires swivel.lpv;

    exports swivel.machine;
}
