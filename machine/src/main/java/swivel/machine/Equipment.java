package swivel.machine;

import java.util.List;
import swivel.arm.core.CoreModel;
import swivel.arm.core.FloatingPointUnit;
import swivel.devices.DiskImage;
import swivel.devices.FwCfg;
import swivel.devices.net.Network;
import swivel.devices.p9.SharedFolder;
import swivel.devices.ports.HostPorts;
import swivel.devices.vsock.HostVsock;
import swivel.memory.MemoryFile;
import swivel.vmm.Cluster;

/**
 * What one board has and another one has not. At first that is one Cortex-A15, and nothing else; each method says
 * another thing. The machine that gets it closes what is to be closed.
 */
public final class Equipment {
    CoreModel core = CoreModel.CORTEX_A15;
    FloatingPointUnit floatingPoint = core.floatingPoint();
    int cores = 1;
    byte[] firmware;
    FwCfg.Payload payload;
    boolean legacyVirtio;
    List<DiskImage> drives = List.of();
    Network network;
    List<SharedFolder> shares = List.of();
    boolean virtioConsole;
    HostPorts ports;
    HostVsock vsock;
    MemoryFile memoryFile;
    List<MmioDevice> ownDevices = List.of();

    /** The processor core that the guest finds, with all that it has. */
    public Equipment core(CoreModel model) {
        return core(model, model.floatingPoint());
    }

    /** The processor core that the guest finds, and what it has of VFP and Advanced SIMD. */
    public Equipment core(CoreModel model, FloatingPointUnit unit) {
        core = model;
        floatingPoint = unit;
        return this;
    }

    /** How many processor cores, 1 to {@link Cluster#MAX_SIZE}. */
    public Equipment cores(int count) {
        cores = count;
        return this;
    }

    /** What the first bank of flash begins with; null: there is no flash. */
    public Equipment firmware(byte[] content) {
        firmware = content;
        return this;
    }

    /** What the firmware is to start; null: it has to know by itself. */
    public Equipment payload(FwCfg.Payload files) {
        payload = files;
        return this;
    }

    /** Whether the virtio devices have the legacy interface, as QEMU's have unless told otherwise. */
    public Equipment legacyVirtio(boolean legacy) {
        legacyVirtio = legacy;
        return this;
    }

    /** Disk images, in the order in which the guest shall find them; closed with the machine. */
    public Equipment drives(List<DiskImage> images) {
        drives = images;
        return this;
    }

    /** What its network card is connected to; closed with the machine; null: there is none. */
    public Equipment network(Network behindTheCard) {
        network = behindTheCard;
        return this;
    }

    /** Folders of the host that the guest may use; closed with the machine. */
    public Equipment shares(List<SharedFolder> folders) {
        shares = folders;
        return this;
    }

    /** Whether its console is a virtio console; the serial port is there in any case. */
    public Equipment virtioConsole(boolean virtio) {
        virtioConsole = virtio;
        return this;
    }

    /** What its virtio ports lead to; closed with the machine; null: there are none. */
    public Equipment ports(HostPorts ends) {
        ports = ends;
        return this;
    }

    /** What its vsock connections lead to; closed with the machine; null: there is no such device. */
    public Equipment vsock(HostVsock sockets) {
        vsock = sockets;
        return this;
    }

    /** What is its RAM, without firmware only; closed with the machine; null: none that others see. */
    public Equipment memoryFile(MemoryFile file) {
        memoryFile = file;
        return this;
    }

    /** Devices that are none of the board's; they belong to the machine. */
    public Equipment ownDevices(List<MmioDevice> devices) {
        ownDevices = devices;
        return this;
    }
}
