package swivel.vmm;

import java.util.ArrayList;
import java.util.List;
import swivel.arm.core.Effect;

/**
 * The vCPUs of a machine, as far as one does something to the others. Everything here is done by who has the machine's
 * lock ({@link swivel.memory.MachineLock}).
 */
public final class Cluster {
    /** The most vCPUs that a machine can have: those of a GICv2. */
    public static final int MAX_SIZE = 8;

    private final int size;
    private final List<Vcpu> vcpus = new ArrayList<>();
    final Statistics statistics = new Statistics();

    /**
     * Makes one for so many, which are added as they are made.
     *
     * @throws IllegalArgumentException if a machine cannot have so many
     */
    public Cluster(int size) {
        if (size < 1 || size > MAX_SIZE) {
            throw new IllegalArgumentException("a machine has 1 to " + MAX_SIZE + " cores, not " + size);
        }
        this.size = size;
    }

    /** How many it is for. */
    public int size() {
        return size;
    }

    /** The number of the next one. */
    int next() {
        if (vcpus.size() == size) {
            throw new IllegalStateException("the cluster has its " + size + " vCPUs");
        }
        return vcpus.size();
    }

    void add(Vcpu vcpu) {
        vcpus.add(vcpu);
    }

    /** Those that were added, in the order of their numbers. */
    public List<Vcpu> vcpus() {
        return vcpus;
    }

    /**
     * Carries out TLB maintenance at the shadows of all vCPUs but one that are concerned, none of which runs guest code
     * meanwhile. The kind and the value are those of {@link ShadowTables#maintain}.
     */
    void maintainOthers(ShadowTables own, Effect kind, int value) {
        for (int i = 0; size > 1 && i < vcpus.size(); i++) {
            ShadowTables shadows = vcpus.get(i).shadows;
            if (shadows != own && shadows.concerns(kind, value)) {
                shadows.halt();
                shadows.maintain(kind, value);
            }
        }
    }
}
