#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
#
# private.pl COMMAND...: run a command in a mount namespace of its own, from
# within a chroot whose folder is no mount point. There, unshare(1) fails:
# "private" can only be said of a mount point, and to bind one first would show
# in the namespace outside, if that is shared. So: take a copy of the namespace,
# go to its real root, make all private, bind our root onto itself, go back.
use strict;
use warnings;
use Cwd qw(getcwd);

# x86-64
use constant { SYS_MOUNT => 165, SYS_UNSHARE => 272, SYS_SETNS => 308 };
use constant CLONE_NEWNS => 0x20000;
use constant { MS_BIND => 0x1000, MS_REC => 0x4000, MS_PRIVATE => 0x40000 };

# call WHAT NUMBER ARGS...: syscall() changes its arguments, so they are copies.
sub call {
	my ($what, $number, @args) = @_;
	syscall($number, @args) == 0 or die "private.pl: $what: $!\n";
}

my $directory = getcwd();
syscall(SYS_UNSHARE, CLONE_NEWNS) == 0
	or die "root may not make mount namespaces here (a container?); run it on a " .
	"real or virtual machine, or in a container with CAP_SYS_ADMIN\n";
opendir(my $root, '/') or die "private.pl: /: $!\n";
open(my $self, '<', '/proc/self/ns/mnt') or die "private.pl: /proc is not mounted\n";
call('setns', SYS_SETNS, fileno($self), CLONE_NEWNS);
my $none = 'none';
my $slash = '/';
call('make private', SYS_MOUNT, $none, $slash, 0, MS_REC | MS_PRIVATE, 0);
chdir($root) or die "private.pl: back: $!\n";
my $from = getcwd();
my $to = $from;
call('bind', SYS_MOUNT, $from, $to, 0, MS_BIND | MS_REC, 0);
chdir($from) && chroot('.') or die "private.pl: chroot: $!\n";
chdir($directory) or die "private.pl: $directory: $!\n";
exec(@ARGV) or die "private.pl: $ARGV[0]: $!\n";
