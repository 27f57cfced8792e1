/** A host processor that is a real ARM core: 32-bit user mode of an arm64 host. */
module swivel.nativecore {
    requires transitive swivel.cpu;

    provides swivel.cpu.engine.NativeEngine with
            swivel.nativecore.HostCoreEngine;
}
