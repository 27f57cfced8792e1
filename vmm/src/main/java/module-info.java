/** The hypervisor: vCPU, virtual exceptions, CP15, shadow page tables. */
module swivel.vmm {
    requires transitive swivel.cpu;
    requires swivel.encoding;

    exports swivel.vmm;
}
