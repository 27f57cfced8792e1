package swivel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Limits of control groups, as files of either version show them. */
class ContainerLimitTest {
    @TempDir
    private Path root;

    private void file(String name, String content) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    @Test
    void theSmallestLimitAroundTheGroupCounts() throws IOException {
        file("proc/self/cgroup", "0::/machine.slice/box\n");
        file("sys/fs/cgroup/machine.slice/box/memory.max", "max\n");
        file("sys/fs/cgroup/machine.slice/memory.max", "536870912\n");
        assertEquals(512 << 20, ContainerLimit.read(root));
        file("sys/fs/cgroup/machine.slice/box/memory.max", "268435456\n");
        assertEquals(256 << 20, ContainerLimit.read(root));
    }

    @Test
    void insideAContainerTheTopIsTheGroup() throws IOException {
        file("proc/self/cgroup", "0::/\n");
        file("sys/fs/cgroup/memory.max", "1073741824\n");
        assertEquals(1 << 30, ContainerLimit.read(root));
    }

    @Test
    void versionOneHasAHierarchyOfItsOwnWhosePathMayBeTheHosts() throws IOException {
        file("proc/self/cgroup", "5:cpu,cpuacct:/x\n4:memory:/docker/0123\n0::/ignored\n");
        file("sys/fs/cgroup/memory/memory.limit_in_bytes", "134217728\n");
        assertEquals(128 << 20, ContainerLimit.read(root));
        file("sys/fs/cgroup/memory/docker/0123/memory.limit_in_bytes", "67108864\n");
        assertEquals(64 << 20, ContainerLimit.read(root));
    }

    @Test
    void withoutGroupsOrWithOddOnesThereIsNone() throws IOException {
        assertEquals(ContainerLimit.NONE, ContainerLimit.read(root));
        file("proc/self/cgroup", "0::/../../..\nnonsense\n0::\n");
        assertEquals(ContainerLimit.NONE, ContainerLimit.read(root));
        file("sys/fs/cgroup/memory.max", "max\n");
        assertEquals(ContainerLimit.NONE, ContainerLimit.read(root));
    }
}
