/** Programs that a node, or the reader's own computer, may well have in life, and that this shell does not simulate. */
export const NOT_SIMULATED: ReadonlySet<string> = new Set(
  `ab apt apt-get arping ctr cilium calicoctl dmesg docker drill etcdctl fping git helm htop ifconfig
 iperf iperf3 ipvsadm istioctl journalctl k9s kind kubeadm kubelet kustomize less lsof make man minikube more 
 nano nerdctl nmap node npm perl ping6 podman python python3 scp service socat strace su
 tcptraceroute telnet top tracepath6 traceroute6 tree tshark unshare vi vim yq zsh`.split(/\s+/),
);
