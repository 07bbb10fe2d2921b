package main

import (
	"slices"
	"sync"
)

// Words of other tools that people type by habit, with the way to what they are wanted for.

const (
	ownMachine   = "the program is root in a machine of its own: leave it out"
	ownSpaces    = "a guest is a machine of its own, which shares nothing with this one's processes: leave it out"
	ownNetwork   = "a guest has this machine's network without a flag; --net user or tap=NAME gives it a network card"
	noDisplay    = "there is no display: leave it out"
	uksKernel    = "uk links the kernel: name the program, or an image that uk build made"
	imageFolder  = "-o names the folder of the image"
	asTarget     = "name the manifest or its folder as the argument"
	shareFolder  = "-v HOST:GUEST gives the guest a folder of this machine"
	noRegistry   = "there is no registry: an image is a folder or a disk, copied as any file"
	imagesAre    = "images are folders, NAME.uk where uk build made them: uk inspect shows one"
	x86Alone     = "uk makes images for x86-64 alone: leave it out"
	asProcess    = "uk run is a process as others: nice, taskset or a service manager's limits bind it"
	onlyMemory   = "--memory is all that a guest has, and there is no swap: leave it out"
	cardWords    = "--net user or tap=NAME gives a network card, with ,mac=ADDRESS and ,ip=ADDRESS/LENGTH"
	noHealth     = "--restart starts a machine again that has ended; nothing looks whether one is well"
	asJSON       = "--json prints everything, for jq and its like"
	likeDrive    = "--drive FILE gives the guest a disk"
	diskAsTarget = "an image that uk image made is named as the argument; --drive FILE gives the guest a further disk"
)

// takesProgram tells whether a verb's flags are about a program and how it runs.
func takesProgram(verb string) bool {
	return slices.Contains([]string{"run", "build", "image", "profile"}, verb)
}

// otherWay is the way to what a flag of other tools is wanted for; "": none is known.
func otherWay(verb, flag string) string {
	if takesProgram(verb) {
		if verb == "run" && (flag == "f" || flag == "file") {
			return asTarget + ": uk run FOLDER"
		}
		return programFlag()[flag]
	}
	return verbFlag()[verb][flag]
}

// programFlag has flags of docker run and build, OSv's run.py, ops and kraft.
var programFlag = sync.OnceValue(func() map[string]string {
	return map[string]string{
		"it":                 "a program gets the terminal that uk has: leave it out (--tty=on insists)",
		"add-host":           "put the line into a file and --share it, or pack /etc/hosts; 10.0.2.2 is this machine there",
		"expose":             "-p publishes a port, -P all",
		"link":               "publish the other guest's port with -p, and connect to host.uk.internal",
		"entrypoint":         "name the program in its place: uk run PROGRAM ARGUMENTS",
		"execute":            "name the program: uk run PROGRAM ARGUMENTS, or a manifest and --command 'TEXT'",
		"privileged":         ownMachine,
		"cap-add":            ownMachine,
		"cap-drop":           "--user runs the program as another user, without capabilities",
		"group-add":          "--user UID:GID is a user with one group",
		"read-only":          "the root file system is read-only unless --overlay is there: leave it out (/tmp is in memory)",
		"tmpfs":              "write --mount tmpfs:TARGET:tmpfs; /tmp and /dev/shm are there without",
		"shm-size":           "/dev/shm may take half of --memory: leave it out",
		"storage-opt":        "--overlay=DIR puts changes into a folder of this machine; --drive adds a disk",
		"init":               "the program is the machine's only process: leave it out",
		"device":             "a guest has none of this machine's devices; --drive gives it a disk, --share a folder",
		"gpus":               "a guest has none of this machine's devices",
		"platform":           x86Alone,
		"arch":               x86Alone,
		"pull":               "programs are this machine's: leave it out",
		"label":              "a machine has a --name, and no labels",
		"l":                  "a machine has a --name, and no labels",
		"log-driver":         "uk logs prints what a machine wrote, --log-limit bounds it: leave it out",
		"log-opt":            "--log-limit bounds what is kept of a machine's output",
		"pid":                ownSpaces,
		"ipc":                ownSpaces,
		"uts":                ownSpaces,
		"userns":             ownSpaces,
		"cgroupns":           ownSpaces,
		"runtime":            ownSpaces,
		"isolation":          ownSpaces,
		"security-opt":       "uk run confines itself: leave it out (--no-sandbox is for debugging)",
		"sysctl":             "what a guest's /proc/sys says is what its kernel does: leave it out",
		"health-cmd":         noHealth,
		"no-healthcheck":     noHealth,
		"cidfile":            "--name gives a machine its name, and uk ps -q prints ids",
		"pidfile":            "--name gives a machine its name; uk inspect tells the process",
		"a":                  "a run without -d is attached: leave it out; uk attach connects to one in the background",
		"attach":             "a run without -d is attached: leave it out; uk attach connects to one in the background",
		"sig-proxy":          "signals are the program's always: leave it out",
		"stop-signal":        "uk stop sends SIGTERM; uk kill -s SIGNAL sends another",
		"detach-keys":        "that is a flag of uk attach; Ctrl-] twice ends a guest in the foreground",
		"mac-address":        cardWords,
		"ip":                 cardWords,
		"ip6":                cardWords,
		"cpuset-cpus":        asProcess,
		"cpu-shares":         asProcess,
		"cpu-quota":          asProcess,
		"cpu-period":         asProcess,
		"pids-limit":         "a guest has one process: leave it out",
		"memory-swap":        onlyMemory,
		"memory-reservation": onlyMemory,
		"oom-kill-disable":   onlyMemory,
		"oom-score-adj":      asProcess,
		"api":                "a guest has no server of its own beside the program: leave it out",
		"image":              asTarget + ", as an image that uk build made is",
		"script":             uksKernel,
		"scsi":               likeDrive,
		"sata":               likeDrive,
		"nvme":               likeDrive,
		"ide":                likeDrive,
		"mac":                cardWords,
		"unsafe-cache":       "a guest's disk is as safe as its file: leave it out",
		"cloud-init-image":   "a manifest has what a program is started with; --drive FILE gives the guest a disk",
		"volumes-from":       "name the volumes with -v again",
		"t":                  imageFolder,
		"tag":                imageFolder,
		"f":                  asTarget + ": uk build FOLDER",
		"file":               asTarget + ": uk build FOLDER",
		"no-cache":           "--relink links the kernel again; the rest is new each time",
		"build-arg":          "-D VAR=DATA sets a manifest's variable",
		"j":                  "a build takes milliseconds, in one process: leave it out",

		"memsize":              "that is --memory",
		"vcpus":                "that is --cpus",
		"smp":                  "that is --cpus",
		"M":                    "that is --memory; QEMU's machine is --machine",
		"V":                    "that is --verbose",
		"show-debug":           "that is --verbose",
		"n":                    ownNetwork,
		"networking":           ownNetwork,
		"nics":                 ownNetwork,
		"b":                    "--net tap=NAME is a card on a TAP interface, which may be a bridge's",
		"bridge":               "--net tap=NAME is a card on a TAP interface, which may be a bridge's",
		"vhost":                "--net tap=NAME is the quickest card: leave it out",
		"forward":              "-p HOSTPORT:PORT publishes a port",
		"virtio-fs-dir":        shareFolder,
		"mounts":               shareFolder,
		"hypervisor":           "that is --vmm",
		"plat":                 "--vmm says what runs a guest, --profile for which machines an image is made",
		"disable-acceleration": "that is --vmm qemu --accel tcg",
		"W":                    "that is --vmm qemu --accel tcg",
		"dry-run":              "--print writes what boots an image without uk",
		"g":                    noDisplay,
		"H":                    noDisplay,
		"graphics":             noDisplay,
		"hw_vga":               noDisplay,
		"novnc":                noDisplay,
		"vnc":                  noDisplay,
		"k":                    uksKernel,
		"kernel":               uksKernel,
		"kernel-arg":           "--command, or words behind the program, are its command line; the kernel has none of its own",
		"bootcmd":              "that is --command",
		"rootfs":               "a manifest lists the files: uk run usr.manifest",
		"initrd":               "a manifest lists the files: uk run usr.manifest",
		"as":                   "what is named is looked at to see what it is: leave it out",
		"config":               "there is no configuration file: a manifest has what flags do not say",
	}
})

// machineWord has QEMU's options, which are words behind one dash.
var machineWord = sync.OnceValue(func() map[string]string {
	return map[string]string{
		"enable-kvm": "KVM is used where this user may: leave it out",
		"accel":      "write --accel, with --vmm qemu",
		"machine":    "write --machine, with --vmm qemu",
		"cpu":        "a guest has this machine's processor: leave it out",
		"smp":        "that is --cpus",
		"mem":        "that is --memory",
		"append":     "words behind the program are its command line",
		"kernel":     uksKernel,
		"initrd":     "a manifest lists the files: uk run usr.manifest",
		"bios":       "an image needs no firmware; uk image makes disks for machines that have some",
		"pflash":     "an image needs no firmware; uk image makes disks for machines that have some",
		"boot":       "an image is booted from memory: leave it out",
		"hda":        diskAsTarget,
		"hdb":        likeDrive,
		"cdrom":      "--drive FILE,ro gives the guest a disk that is only read",
		"blockdev":   likeDrive,
		"device":     "flags as --drive, -v, --net and --vsock give the guest devices",
		"net":        ownNetwork,
		"nic":        ownNetwork,
		"netdev":     ownNetwork,
		"virtfs":     shareFolder,
		"fsdev":      shareFolder,
		"nographic":  noDisplay,
		"display":    noDisplay,
		"vga":        noDisplay,
		"vnc":        noDisplay,
		"monitor":    "uk inspect, stats and kill tell of a machine with a name and end it",
		"qmp":        "a machine with a name has a control socket, see docs/machines.md",
		"serial":     "a guest's console is this command's input and output: leave it out",
		"daemonize":  "that is --detach",
		"no-reboot":  "a guest's end is its machine's: leave it out",
		"gdb":        "write --gdb",
		"snapshot":   "--overlay keeps changes to the root file system in memory",
	}
})

// verbFlag has flags of docker's other commands.
var verbFlag = sync.OnceValue(func() map[string]map[string]string {
	return map[string]map[string]string{
		"ps": {
			"l": "the first of uk ps -a is the newest", "latest": "the first of uk ps -a is the newest",
			"n": "uk ps -a lists all", "last": "uk ps -a lists all",
			"f": asJSON, "filter": asJSON, "format": asJSON, "no-trunc": "ids are printed whole: leave it out", "s": "uk stats shows what machines take", "size": "uk stats shows what machines take",
		},
		"inspect": {"f": asJSON, "format": asJSON, "type": "what is named is looked at to see what it is: leave it out", "s": "sizes are shown: leave it out", "size": "sizes are shown: leave it out"},
		"stats":   {"format": asJSON, "no-trunc": "ids are printed whole: leave it out"},
		"start": {
			"a": "uk attach connects to a machine that runs", "attach": "uk attach connects to a machine that runs",
			"i": "uk attach connects to a machine that was made with --interactive", "interactive": "uk attach connects to a machine that was made with --interactive",
		},
		"rm":       {"v": "volumes stay: uk volume rm NAME removes one", "volumes": "volumes stay: uk volume rm NAME removes one", "l": "there are no links: leave it out", "link": "there are no links: leave it out"},
		"stop":     {"s": "uk kill -s SIGNAL sends another signal than SIGTERM", "signal": "uk kill -s SIGNAL sends another signal than SIGTERM"},
		"kill":     killFlags(),
		"manifest": {"o": "the manifest is printed: uk manifest PROGRAM > usr.manifest", "output": "the manifest is printed: uk manifest PROGRAM > usr.manifest"},
		"logs":     {"details": "a log has no details besides: leave it out"},
		"volume":   {"size": "a volume is a folder of this machine, with as much room as that has: leave it out", "s": "a volume is a folder of this machine, with as much room as that has: leave it out", "d": "volumes are folders of this machine: leave it out", "driver": "volumes are folders of this machine: leave it out", "o": "volumes are folders of this machine: leave it out", "opt": "volumes are folders of this machine: leave it out", "label": "volumes have no labels: leave it out", "filter": asJSON, "format": asJSON, "a": "prune removes all that no machine uses: leave it out", "all": "prune removes all that no machine uses: leave it out"},
	}
})

// killFlags are kill(1)'s: -9 for -s 9.
func killFlags() map[string]string {
	ways := map[string]string{}
	for _, s := range []string{"1", "2", "3", "9", "15", "HUP", "INT", "KILL", "TERM", "USR1", "USR2"} {
		ways[s] = "write -s " + s
	}
	return ways
}

// otherVerb are commands of other tools.
var otherVerb = sync.OnceValue(func() map[string]string {
	return map[string]string{
		"top":         "a machine runs one program: uk stats shows what it takes",
		"exec":        "a guest runs one program and no other beside it: uk run /bin/sh starts a shell in a machine of its own",
		"pause":       "kill -STOP the process of uk run; uk inspect tells which that is",
		"unpause":     "kill -CONT the process of uk run; uk inspect tells which that is",
		"container":   "leave the word out: uk run, uk ps, uk stop",
		"instance":    "uk run -d starts a machine, uk ps lists them, uk stop ends one",
		"list":        "uk ps lists machines",
		"remove":      "uk rm forgets machines, uk volume rm removes volumes",
		"rename":      "a machine keeps its name: uk run --name gives another run another",
		"update":      "what a machine has is said when it is started: uk rm NAME, and uk run --name NAME again",
		"events":      "uk wait waits for a machine's end, uk ps --json tells how all are",
		"diff":        "uk run --overlay=DIR keeps the changes to the root file system in a folder",
		"commit":      "uk run --overlay=DIR keeps the changes to the root file system in a folder",
		"export":      "uk inspect --all lists an image's files; uk pack makes a file system of a manifest",
		"import":      "uk manifest PROGRAM prints what an image of it would hold, uk build makes one",
		"init":        "uk manifest PROGRAM prints a manifest to begin with",
		"history":     "uk inspect shows what an image holds, uk report what it costs and why",
		"images":      imagesAre,
		"ls":          imagesAre + "; uk ps lists machines",
		"rmi":         "images are folders: rm -r NAME.uk; uk cache clear removes what is kept besides",
		"prune":       "uk rm $(uk ps -aq) forgets machines that have ended; uk cache clear removes what is kept of images",
		"clean":       "uk cache clear removes what is kept of images",
		"system":      "uk cache shows what is kept, uk version which uk this is",
		"info":        "uk version and uk kit tell of this installation",
		"context":     "uk runs machines on this machine alone",
		"swarm":       "uk runs machines on this machine alone",
		"deploy":      "uk image makes a disk that machines of clouds boot",
		"pull":        noRegistry,
		"push":        noRegistry,
		"fetch":       noRegistry,
		"search":      noRegistry,
		"login":       noRegistry,
		"logout":      noRegistry,
		"pkg":         "programs are this machine's, as Debian's packages install them: uk run /usr/bin/PROGRAM",
		"tag":         "an image is a folder: mv or cp -r gives it another name",
		"save":        "an image is a folder: tar packs it; uk image makes a disk of it",
		"load":        "an image is a folder: unpack it and name it, uk run NAME.uk",
		"cp":          "uk run --share gives a guest a folder of this machine; uk inspect lists an image's files",
		"create":      "uk build makes an image, uk run -d starts a machine",
		"compose":     "start each program with a uk run of its own; --vsock connects one with the host",
		"buildx":      "uk build makes an image",
		"network":     "uk run -p publishes a port; a guest has the network of this machine",
		"net":         "uk run -p publishes a port; a guest has the network of this machine",
		"vol":         "uk volume makes, lists and removes volumes",
		"menu":        "uk config edit is a menu of drivers",
		"set":         "uk config show tells what a profile holds, --drivers changes it",
		"menuconfig":  "uk config edit is a menu of drivers",
		"configure":   "uk config edit is a menu of drivers; a build finds out the rest",
		"properclean": "uk cache clear removes what is kept of images",
		"distclean":   "uk cache clear removes what is kept of images",
		"package":     "uk build makes an image of a program or a usr.manifest",
		"lib":         "what a program needs of the kernel is found in it: uk symbols prints it",
		"cloud":       "uk image makes a disk that machines of clouds boot",
		"disk":        "uk image makes a disk, uk run --drive FILE gives a guest one",
		"boot":        "uk run boots a program or an image",
		"launch":      "uk run boots a program or an image",
		"status":      "uk ps -a lists machines and how they are",
		"delete":      "uk rm forgets machines, uk volume rm removes volumes",
		"destroy":     "uk rm -f ends a machine and forgets it",
		"console":     "uk attach connects to a machine, uk logs prints what it wrote",
		"ssh":         "a guest has no shell beside its program: uk run /bin/sh starts one in a machine of its own",
		"shell":       "uk run /bin/sh starts a shell in a machine of its own",
		"sh":          "uk run /bin/sh starts a shell in a machine of its own",
		"strace":      "uk run --trace shows a program's system calls",
		"trace":       "uk run --trace shows a program's system calls",
		"perf":        "uk profile finds out where a program's time goes",
		"gdb":         "uk run --gdb waits for gdb",
		"debug":       "uk run --gdb waits for gdb, --trace shows system calls, --core leaves core files",
		"install":     "programs are this machine's, as Debian's packages install them: uk run /usr/bin/PROGRAM",
		"upgrade":     "make install puts another uk in its place; uk version tells which this is",
		"env":         "uk version tells which uk this is, docs/cli.md which variables it heeds",
	}
})

// imageWord has second words of other tools' image commands.
var imageWord = sync.OnceValue(func() map[string]string {
	return map[string]string{
		"ls": imagesAre, "list": imagesAre, "rm": "images are folders: rm -r NAME.uk", "prune": "uk cache clear removes what is kept of images",
		"pull": noRegistry, "push": noRegistry, "build": "uk build makes an image", "create": "uk build makes an image",
		"inspect": "uk inspect shows what an image holds", "history": "uk inspect shows what an image holds",
		"tag": "mv or cp -r gives an image another name", "save": "tar packs an image's folder", "load": "an image is a folder: unpack it",
	}
})

// buildSetting has settings of OSv's scripts/build.
var buildSetting = sync.OnceValue(func() map[string]string {
	return map[string]string{
		"image": asTarget + ", as apps/native-example", "modules": "files of others are lines of a manifest; --drivers NAME=m makes a driver a module", "fs": "the root file system is rofs, --format says which; --overlay makes it writable",
		"fs_size": "a root file system is as large as its files: leave it out", "fs_size_mb": "a root file system is as large as its files: leave it out",
		"export": "the kernel has the symbols that the program wants, --symbols adds some: leave it out", "usrskel": "what the image lacks is added: leave it out",
		"conf_drivers_profile": "that is --profile", "drivers_profile": "that is --profile", "conf_hide_symbols": "the kernel's symbols are hidden: leave it out",
		"mode": "--debug makes kernel.elf.debug besides: leave it out", "arch": x86Alone, "cmdline": "words behind the program are its command line",
	}
})
